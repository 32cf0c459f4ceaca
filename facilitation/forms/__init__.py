"""Every untrusted byte enters through a form."""
