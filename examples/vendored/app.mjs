import { report } from 'http://localhost:8080/latest'

console.log(report)
