"""Lists and weights as data, each with its source."""
