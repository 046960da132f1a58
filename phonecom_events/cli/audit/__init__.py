"""The command `phonecom-events audit`: settings, accounts, tables and formats."""
