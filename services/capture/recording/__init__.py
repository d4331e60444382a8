"""A recorded video, read whole: every frame with its presentation time, offered to the workers."""
