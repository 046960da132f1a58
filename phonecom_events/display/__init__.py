"""What people see of values in a notebook and on a terminal: tables, lines, bars.

Needs nothing but the standard library: a notebook brings IPython along, and where that
is not running, a terminal takes plain text.
"""
