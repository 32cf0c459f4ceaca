"""Every untrusted byte enters through a form, socket frames too."""
