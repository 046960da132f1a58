"""The README and the pages of the site: what they show is run, and is true."""
