"""The public calls: points, plans and labelled results."""
