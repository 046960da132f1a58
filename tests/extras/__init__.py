"""What extras install, each in a folder of its own; needs the extra test-extras."""
