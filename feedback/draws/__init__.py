"""The monthly contest and draw for reviews. Score, points and tier give no extra chance."""
