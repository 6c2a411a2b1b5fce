"""Grammar checking by LanguageTool: finding Java, installing, one server a process tree, a client.

Import from the modules; this one stays empty so that nothing heavy is loaded by accident.
"""
