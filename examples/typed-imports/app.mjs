import './program.ts'
