"""How things look: the words, marks and shapes that all pages share. No ORM."""
