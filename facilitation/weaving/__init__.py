"""What lies under the weaving of themes: the whole of it as one comparable state, and steps to be taken back."""
