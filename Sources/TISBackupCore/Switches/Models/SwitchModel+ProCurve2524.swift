extension SwitchModel {
  /// HP ProCurve 2500.
  package static let procurve2524 = SwitchModel.procurve(
    "HP-PROCURVE-2524", [], "HP ProCurve 2512 and 2524")
}
