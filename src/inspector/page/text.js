document.getElementById("p").textContent = "hi";
