/** Who works here and what they may do. A real bank asks its own session store. */
const EMPLOYEES = [
  { badge: 'badge-mari', name: 'mari', role: 'admin' },
  { badge: 'badge-jaan', name: 'jaan', role: 'auditor' },
];

/** In the words of the plugin: `{ subject, roles }`, or undefined for a stranger. */
export function findEmployee(request) {
  const employee = EMPLOYEES.find(({ badge }) => badge === request.headers['x-badge']);
  return employee && { subject: employee.name, roles: [employee.role] };
}
