import { toPlugin } from '../../adapters/unplugin.mts' // of an installed package: 'mimeport/unplugin'

export default {
  input: 'src/main.mjs',
  plugins: [toPlugin()],
  output: { file: 'out/bundle.mjs', sourcemap: true },
}
