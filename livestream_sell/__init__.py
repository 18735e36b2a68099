"""LiveStreamSell: sells in Facebook Live, from the comment to the paid order."""
