"""Tells other programs of changes: by webhooks, and by MQTT with Home Assistant's discovery."""
