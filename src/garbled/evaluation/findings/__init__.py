"""Measures findings: what good copy sets off, what planted and real faults are found."""
