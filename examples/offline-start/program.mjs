const { report } = await import(`${process.argv[2]}/latest`)

console.log(process.env.MIMEPORT_OFFLINE === '1' ? 'offline:' : 'online: ', report)
