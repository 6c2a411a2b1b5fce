"""The HTTP service, its page and its LanguageTool-compatible face (extra ``[serve]``).

Import from the modules; this one stays empty so that nothing heavy is loaded by accident.
"""
