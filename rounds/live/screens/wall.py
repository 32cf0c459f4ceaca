"""What stands on the wall: read from the back of the room, nothing counted."""
