export default 'dark'
