"""The extra notebook: frames of pandas and polars, and the example."""
