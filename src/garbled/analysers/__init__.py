"""Article -> faults: what is wrong at which place, for features and findings alike."""
