print("anprd")
