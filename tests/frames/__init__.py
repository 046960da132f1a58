"""Rows as columns, and what people see of them: no extra is needed."""
