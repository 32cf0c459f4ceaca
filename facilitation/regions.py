"""What facilitation puts on the live screens."""
