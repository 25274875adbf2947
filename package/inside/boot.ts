// The first code that the executable runs. All the rest waits in an asset, with what V8 compiled of it when it was made.
import { getAsset, getAssetKeys, getRawAsset } from 'node:sea'
import packageJson from '../../package.json' with { type: 'json' }
import { hexisOf, scriptOf } from './script.ts'

const start = async (): Promise<void> => {
  const compiled = getAssetKeys().includes('compiled') ? Buffer.from(getRawAsset('compiled')) : undefined
  const hexis = hexisOf(scriptOf(getAsset('hexis', 'latin1'), compiled), require)
  process.exitCode = await hexis.run()
}

if (process.argv.length === 3 && process.argv[2] === '--version') process.stdout.write(`${packageJson.version}\n`)
else void start()
