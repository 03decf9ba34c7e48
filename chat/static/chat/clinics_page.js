// The page of clinics: as in the banner. What the server has drawn already stays.

import { Clinics } from "./clinics.js";

const clinics = new Clinics(document.getElementById("clinics"), 10);
if (!location.search) clinics.recall();
