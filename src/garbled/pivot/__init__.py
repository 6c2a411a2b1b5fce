"""Which language a copy came back into English through: a guess with "unknown" in it.

Nothing of it ships trained. ``garbled pivot train`` fits it on aligned pairs, whose language is
the last one before English, and writes a folder that ``garbled pivot guess`` reads.
"""
