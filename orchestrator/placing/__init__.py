"""What typed places mean where the gazetteer does not say: settled by a person, or asked online."""
