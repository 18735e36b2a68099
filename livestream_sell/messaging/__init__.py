"""What is said to buyers: policy as data, rendering, delivery."""
