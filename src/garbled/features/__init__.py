"""Paragraphs -> rows: one feature group a module, each a scikit-learn transformer over windows."""
