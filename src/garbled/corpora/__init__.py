"""Aligned pairs of original and retranslated English: reading, grouping, labelling, windows."""
