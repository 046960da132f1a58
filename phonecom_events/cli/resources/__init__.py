"""The commands that list and change what an account or a Linq key has."""
