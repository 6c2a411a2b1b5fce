"""Document -> roles, sentences, tokens and windows; offsets kept, everything computed once."""
