"""No models yet: see docs/architecture.md for what this app will hold."""
