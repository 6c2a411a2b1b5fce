"""Two versions of an article in one language: what corresponds to what, and what changed."""
