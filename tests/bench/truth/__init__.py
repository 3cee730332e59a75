"""What alarms are worth: false ones a month, changes found and how soon, of Seamark and its peers."""
