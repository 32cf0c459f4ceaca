"""Loads what every test runs under; see config/testing.py."""

pytest_plugins = ("config.testing",)
