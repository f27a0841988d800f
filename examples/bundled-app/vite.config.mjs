import { toPlugin } from '../../adapters/unplugin.mts' // of an installed package: 'mimeport/unplugin'

export default {
  plugins: [toPlugin()],
  build: { ssr: 'src/main.mjs', outDir: 'out', sourcemap: true },
}
