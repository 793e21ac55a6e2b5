"""The public calls: the error measured, predicted and bounded."""
