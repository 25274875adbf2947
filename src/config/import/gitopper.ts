import { readGitopper } from './gitopper-file.ts'
import { gitopperSite, type Imported } from './gitopper-site.ts'

/** A configuration of gitopper as a site. @throws DiagnosticError with every mistake of the file and its place */
export const importGitopper = (name: string, text: string): Imported => gitopperSite(readGitopper(name, text), name)
