extension SwitchModel {
  /// HP ProCurve 4100gl; the modular ones and later ones of HP, Aruba with AOS-S among them.
  package static let procurve4104 = SwitchModel.procurve(
    "HP-PROCURVE-4104GL", ["HP-PROCURVE", "ARUBA-AOS-S"],
    "HP ProCurve 4100gl, 2600, 2800, Aruba AOS-S")
}
