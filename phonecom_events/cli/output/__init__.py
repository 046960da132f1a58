"""What commands write: formats, columns, masking, files and the terminal."""
