"""Ten years of monthly rounds: whether the lists and charts of a programme stay quick."""
