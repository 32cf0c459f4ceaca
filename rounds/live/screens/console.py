"""What stands on the facilitators' console."""
