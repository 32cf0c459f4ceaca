"""A programme to look at and rehearse in: invented people, invented words, real verbs."""
