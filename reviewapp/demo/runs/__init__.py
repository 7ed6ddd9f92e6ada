"""What the demo's agents think, say and do, told as spans of OpenTelemetry."""
