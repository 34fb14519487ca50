extension Hit {
    var mark: UInt64 { get { 0 } set {} }
    var run: UInt32 { get { 0 } set {} }
}
