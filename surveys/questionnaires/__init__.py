"""What is asked: surveys, their versions, and one class per kind of question."""
