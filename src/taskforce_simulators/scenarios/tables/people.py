"""Names and titles of people."""

from typing import Final

FIRST_NAMES: Final = tuple(
    """
Aaron Abigail Adam Aisha Alan Alejandra Alex Alice Amanda Amy Andrea Andrew Angela Anita Anna Anthony Ashley
Barbara Benjamin Beth Brandon Brenda Brian Bruce Caleb Carla Carlos Carol Catherine Charles Charlotte Chloe
Christina Claire Colin Connor Craig Curtis Cynthia Dana Daniel Darren David Deborah Denise Dennis Derek Diana
Donald Donna Douglas Dylan Edward Eileen Elena Elizabeth Emily Emma Eric Erika Ethan Eva Evan Felix Fiona Frances
Frank Gabriel Gareth Gary George Gina Glenn Gloria Grace Graham Greta Hannah Harold Hassan Hector Heidi Henry Holly
Howard Ian Imani Irene Isabel Ivan Jack Jacob Jamal James Janet Jared Jasmine Jason Jean Jeffrey Jennifer Jeremy
Jesse Jessica Jill Joan Joel John Jonas Jordan Joseph Joshua Joyce Juan Judith Julia Justin Karen Karl Kate Keith
Kelly Kenneth Kevin Kimberly Kyle Laura Lauren Lee Leon Leonard Leslie Liam Linda Lisa Logan Louise Lucas Lucia
Luis Lydia Malik Marcus Margaret Maria Mariam Mark Martin Mary Matthew Maya Megan Melissa Michael Michelle Miguel
Miriam Molly Monica Nancy Naomi Natalie Nathan Neil Nicholas Nicole Noah Nora Oliver Omar Pamela Patricia Patrick
Paul Paula Peter Philip Phoebe Rachel Ralph Raymond Rebecca Renee Richard Rita Robert Robin Roger Ronald Rosa Roy
Russell Ruth Ryan Samantha Samuel Sandra Sara Scott Sean Shannon Sharon Sheila Simon Sofia Sonia Stacy Stanley
Stella Stephen Steven Stuart Susan Sylvia Tanya Teresa Theodore Theresa Thomas Timothy Tina Todd Tracy Trevor Tyler
Valerie Vanessa Vera Vernon Victor Victoria Vincent Virginia Walter Wanda Warren Wayne Wendy Wesley William Xavier
Yolanda Yusuf Yvonne Zachary Zoe
""".split()
)

LAST_NAMES: Final = tuple(
    """
Abbott Acosta Adkins Albright Alvarez Anderson Archer Arnold Ashford Atkins Ayers Bailey Baldwin Ballard Banerjee
Barber Barlow Barrett Bassett Baxter Beasley Becker Benson Bishop Blackwell Blair Blanchard Bowen Bowman Bradshaw
Brennan Briggs Brock Bryant Buckley Burgess Burnett Cabrera Calderon Calhoun Callahan Cameron Cantrell Cardenas
Carlson Carmichael Carver Castillo Chambers Chandler Chang Chavez Christensen Clarke Clements Cochran Coleman
Compton Conrad Corbett Cortez Crawford Crosby Cunningham Dalton Davenport Dawson Decker Delgado Dempsey Dickson
Dillard Donahue Donovan Dorsey Drummond Dudley Duncan Durham Eaton Ellison Emerson Espinoza Estrada Everett Farley
Farrell Ferguson Fischer Fitzgerald Fleming Fletcher Foster Fowler Franco Frazier Fuller Gallagher Gallegos Garner
Garrison Gentry Gibbons Gillespie Goodwin Grady Granger Griffith Gupta Guthrie Hadley Hahn Hampton Hancock Harding
Hargrove Harrell Hartman Hastings Hatfield Hawkins Hayden Heath Hendricks Herring Hickman Hobbs Hodge Hoffman
Holcomb Hollis Hooper Horton Houston Huffman Hughes Ingram Irwin Jacobs Jennings Jensen Johansson Kane Kaufman
Keller Kendrick Kessler Kirby Klein Knox Kowalski Kramer Lambert Langley Larkin Larsen Lawson Leblanc Lindsey
Lockhart Lombard Lowery Lucero Lynch Macdonald Madden Mahoney Maldonado Maloney Marquez Marshall Mathis Maxwell
Mayer Mcbride Mccarthy Mcdowell Mcguire Mcintyre Mckay Meadows Melton Mendoza Mercer Merritt Middleton Milton
Mitchell Montgomery Moran Morrow Mueller Mullins Munoz Nakamura Nash Navarro Neal Newton Nguyen Nichols Nielsen
Noble Nolan Norris Norwood Novak Oakley Obrien Odonnell Okafor Oliver Olsen Orozco Orr Osborne Owens Pace Padilla
Palmer Park Parrish Patel Patterson Pearson Pennington Perkins Petersen Pettit Phelps Pickett Pittman Pollard
Porter Potter Preston Prince Pruitt Quinn Ramsey Randall Reeves Reilly Reyes Rhodes Richmond Rivers Roach Robbins
Rollins Rosario Rowland Rutledge Salazar Sampson Sanford Santiago Sargent Saunders Schaefer Schmidt Schultz Sellers
Sexton Shaffer Shah Sharpe Shelton Shepard Sheridan Singleton Sloan Snyder Solis Stafford Stanton Stephenson Stokes
Suarez Sutton Swanson Sykes Tanner Tate Thornton Townsend Trujillo Tucker Underwood Valdez Vance Vargas Vasquez
Vaughn Villarreal Wade Walsh Walters Warner Watkins Weaver Webster Weiss Whitaker Whitfield Wiggins Wilcox Wilder
Wilkerson Winters Wolfe Woodard Wyatt Yang Yates York Zamora Ziegler Zimmerman
""".split()
)

TITLES: Final = (
    "Owner",
    "Office Manager",
    "Practice Manager",
    "IT Coordinator",
    "Operations Manager",
    "Controller",
    "Chief Financial Officer",
    "Executive Assistant",
    "Receptionist",
    "Director of Operations",
    "Accounts Payable",
    "Human Resources Manager",
    "Facilities Manager",
    "Partner",
    "President",
    "Vice President",
    "Systems Administrator",
    "Purchasing Manager",
    "Marketing Manager",
    "Bookkeeper",
)
